/**
 * How often a property of a grammar is tried: `PROPERTY_RUNS`, a million in the night.
 */
export const PROPERTY_RUNS = Number(process.env['PROPERTY_RUNS'] ?? 10_000)
