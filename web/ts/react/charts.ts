import { createElement, useEffect, useRef, useState, type CSSProperties, type FunctionComponent, type RefObject } from "react";
import {
  DepthChart as DepthChartView,
  follow,
  Heatmap as HeatmapView,
  Ladder as LadderView,
  StatusBadge,
  Tape as TapeView,
  type BadgeState,
  type Component,
  type DepthChartOptions,
  type HeatReading,
  type HeatmapOptions,
  type LadderOptions,
  type Market,
  type Reading,
  type StatusBadgeOptions,
  type TapeOptions,
} from "../chart/index.js";
import { invalid } from "../error.js";
import type { Depth } from "../types.js";
import type { Exact } from "../views.js";
import { useFailure, useProvided } from "./provider.js";

/** What every component takes besides its options. */
export interface ChartProps {
  readonly symbol: string;
  /** Levels a side, if nobody has subscribed the book yet. @default that of the client */
  readonly depth?: Depth | undefined;
  /** Where the data come from. @default the provider's client */
  readonly client?: Market | undefined;
  /** Of the element around it, which must have a height. */
  readonly className?: string | undefined;
  readonly style?: CSSProperties | undefined;
}

/** Options may be undefined. Whether data are made up, their source says. */
type Given<Options> = { readonly [Name in Exclude<keyof Options, "simulated">]?: Options[Name] | undefined };

export interface DepthChartProps extends ChartProps, Given<DepthChartOptions> {
  /** What the book says under the cursor; undefined: it has left. */
  readonly onCursor?: ((reading: Reading | undefined) => void) | undefined;
  readonly onZoom?: ((zoomed: boolean) => void) | undefined;
  readonly onPause?: ((paused: boolean) => void) | undefined;
}

export interface LadderProps extends ChartProps, Given<LadderOptions> {
  readonly onCopy?: ((text: string) => void) | undefined;
}

export interface TapeProps extends ChartProps, Given<TapeOptions> {
  /** The reader has chosen; undefined: every trade. */
  readonly onMinSize?: ((size: Exact | undefined) => void) | undefined;
  readonly onPause?: ((paused: boolean) => void) | undefined;
}

export interface HeatmapProps extends ChartProps, Given<HeatmapOptions> {
  readonly onCursor?: ((reading: HeatReading | undefined) => void) | undefined;
  /** The reader has chosen. */
  readonly onCutoffs?: ((percentiles: { readonly low: number; readonly high: number }) => void) | undefined;
  readonly onZoom?: ((zoomed: boolean) => void) | undefined;
  readonly onPause?: ((paused: boolean) => void) | undefined;
}

export interface StatusProps extends ChartProps, Given<StatusBadgeOptions> {
  readonly onState?: ((state: { readonly state: BadgeState; readonly title: string; readonly detail: string }) => void) | undefined;
  readonly onOpen?: ((open: boolean) => void) | undefined;
}

type Options = Readonly<Record<string, unknown>>;
type Maker = new (container: HTMLElement, options: Options) => Component;

const own = ["symbol", "depth", "client", "className", "style", "children", "simulated"];
const isHandler = (name: string): boolean => /^on[A-Z]/.test(name);
const optionsOf = (props: object): Options => Object.fromEntries(Object.entries(props).filter(([name, value]) => !own.includes(name) && !isHandler(name) && value !== undefined));

/** Options of `next` that say something else than those of `last`; undefined: no more. */
function changes(last: Options, next: Options): Options {
  const names = [...new Set([...Object.keys(last), ...Object.keys(next)])];
  return Object.fromEntries(names.filter((name) => JSON.stringify(last[name]) !== JSON.stringify(next[name])).map((name) => [name, next[name]]));
}

/** Keeps a component in the element as long as it is there, with the options of the last render. */
function useComponent(Make: Maker, at: RefObject<HTMLElement | null>, props: ChartProps): RefObject<Component | undefined> {
  const component = useRef<Component>(undefined);
  const shown = useRef<Options>({});
  const latest = useRef(props);
  useEffect(() => {
    latest.current = props;
    const options = optionsOf(props);
    const changed = changes(shown.current, options);
    shown.current = options;
    if (component.current && Object.keys(changed).length > 0) component.current.set(changed as object);
  });
  useEffect(() => {
    if (!at.current) return;
    const made = new Make(at.current, shown.current);
    component.current = made;
    made.onEvent = (type, detail) => {
      const handler = (latest.current as unknown as Options)[`on${type.replace(/^./, (letter) => letter.toUpperCase())}`];
      if (typeof handler === "function") handler(detail);
    };
    return () => {
      component.current = undefined;
      made.destroy();
    };
  }, [Make, at]);
  return component;
}

function chart<Props extends ChartProps>(name: string, of: unknown): FunctionComponent<Props> {
  const Chart: FunctionComponent<Props> = (props) => {
    const { symbol, depth, client, className, style } = props;
    const provided = useProvided();
    if (!provided && !client) throw invalid(`client: <${name}> needs one, or a <HadalProvider> around it`);
    const market = client ?? provided?.client;
    const [failed, setFailed] = useState<{ market: Market; symbol: string; error: unknown }>();
    useFailure(provided, failed?.market === market && failed?.symbol === symbol ? failed : undefined);
    const at = useRef<HTMLDivElement>(null);
    const component = useComponent(of as Maker, at, props);
    useEffect(() => {
      if (!component.current || !market) return;
      return follow(component.current, market, symbol, { depth, onError: (error) => setFailed({ market, symbol, error }) });
    }, [component, market, symbol, depth]);
    return createElement("div", { ref: at, className, style });
  };
  Chart.displayName = name;
  return Chart;
}

/** Cumulative depth of a book. */
export const DepthChart = /* @__PURE__ */ chart<DepthChartProps>("DepthChart", DepthChartView);
/** The levels of a book around its spread. */
export const Ladder = /* @__PURE__ */ chart<LadderProps>("Ladder", LadderView);
/** The newest trades. */
export const Tape = /* @__PURE__ */ chart<TapeProps>("Tape", TapeView);
/** Liquidity over time and price. */
export const Heatmap = /* @__PURE__ */ chart<HeatmapProps>("Heatmap", HeatmapView);
/** Whether the book can be trusted. */
export const Status = /* @__PURE__ */ chart<StatusProps>("Status", StatusBadge);
