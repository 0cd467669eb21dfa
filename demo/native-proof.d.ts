declare module "virtual:native-proof" {
  /** What the native program said of the recording that comes with the page, when the page was built. */
  const proof: { readonly name: string; readonly digest: string; /** Address of its event log. */ readonly log: string };
  export default proof;
}
