/** Looking inside loaded models, as an app hands it in. */
import { DecodingInspection } from './inspectDecoding';
import { ReadingInspection } from './inspectReading';
import type { Inspection } from './modelInspection';

/** The load option `inspection`, for the options `inspect`, `target` and `interventions`. */
export const inspection: Inspection = {
  decoding: (context) => new DecodingInspection(context),
  reading: (context) => new ReadingInspection(context),
};
