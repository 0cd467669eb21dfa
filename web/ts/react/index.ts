/**
 * Hooks and components for React 18 and 19. Importing this module touches no browser global; on a server hooks give undefined, and components an empty element.
 *
 * @packageDocumentation
 */
export { HadalProvider, useClient, type HadalProviderProps } from "./provider.js";
export { useBook, useStatus, useTicker, useTrades } from "./hooks.js";
export type { Trade } from "./sources.js";
export { DepthChart, Heatmap, Ladder, Status, Tape } from "./charts.js";
export type { ChartProps, DepthChartProps, HeatmapProps, LadderProps, StatusProps, TapeProps } from "./charts.js";
