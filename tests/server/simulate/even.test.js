import { makeRuns } from './runs.js';

makeRuns(0);
