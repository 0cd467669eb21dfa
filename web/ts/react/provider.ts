import { createContext, createElement, useContext, useEffect, useInsertionEffect, useMemo, useRef, useState, useSyncExternalStore, type ReactElement, type ReactNode } from "react";
import type { Client } from "../client.js";
import { invalid } from "../error.js";
import type { ConnectOptions } from "../options.js";
import { Connection } from "./connection.js";
import { nothing } from "./store.js";

interface CommonProps {
  /** Told of a connection or a symbol that cannot be had. Without it such an error is thrown while rendering, for an error boundary. */
  readonly onError?: ((error: unknown) => void) | undefined;
  readonly children?: ReactNode;
}

/** Either a client of your own, or options to connect with; without both it connects with the defaults. */
export type HadalProviderProps = CommonProps &
  (
    | {
        /** Yours: nobody closes it. */
        readonly client: Client;
        readonly options?: undefined;
      }
    | {
        readonly client?: undefined;
        /** It connects with these once, and closes that client when it goes. Other options later are not looked at: give the provider another `key`. */
        readonly options?: ConnectOptions | undefined;
      }
  );

/** What a provider gives. */
export interface Provided {
  readonly client: Client | undefined;
  /** Tells of an error, once. Undefined: it has to be thrown. */
  readonly report: ((error: unknown) => void) | undefined;
}

const Context = createContext<Provided | undefined>(undefined);

/** Gives a client to the hooks and components below it. */
export function HadalProvider(props: HadalProviderProps): ReactElement {
  const { client: own, options, onError, children } = props;
  if (own && options) throw invalid("client: give the provider a client of your own, or options to connect with, not both");
  const [connection] = useState(() => new Connection());
  const latest = useRef({ onError, options });
  useInsertionEffect(() => {
    latest.current = { onError, options };
  });
  const isOwn = own !== undefined;
  useEffect(() => (isOwn ? undefined : connection.hold(latest.current.options ?? {})), [connection, isOwn]);

  const { value: made, failed } = useSyncExternalStore(connection.subscribe, connection.snapshot, () => nothing);
  const handled = onError !== undefined;
  const client = own ?? made;
  const provided = useMemo((): Provided => {
    const told = new WeakSet<object>();
    const report = (error: unknown): void => {
      if (typeof error === "object" && error !== null) {
        if (told.has(error)) return; // by another hook of the same data
        told.add(error);
      }
      latest.current.onError?.(error);
    };
    return { client, report: handled ? report : undefined };
  }, [client, handled]);
  useFailure(provided, isOwn ? undefined : failed);
  return createElement(Context.Provider, { value: provided }, children);
}

/** What the nearest provider gives; undefined without one. */
export function useProvided(): Provided | undefined {
  return useContext(Context);
}

/** The client of the nearest provider; undefined until it is connected, and on a server. */
export function useClient(): Client | undefined {
  const provided = useProvided();
  if (!provided) throw invalid("provider: this needs a <HadalProvider> around it");
  return provided.client;
}

/** Tells the provider of an error, or throws it. */
export function useFailure(provided: Provided | undefined, failed: { readonly error: unknown } | undefined): void {
  const report = provided?.report;
  if (failed && !report) throw failed.error;
  useEffect(() => {
    if (failed) report?.(failed.error);
  }, [failed, report]);
}
