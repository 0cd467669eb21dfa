// A worker that starts and never says anything.
onmessage = () => {};
