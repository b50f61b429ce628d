/** What a chapter may use. */
export { default as Act } from './Act.astro';
export { default as Clients } from './Clients.astro';
export { default as Crowd } from './Crowd.astro';
export { default as Diagram } from './Diagram.astro';
export { default as Exercise } from './Exercise.astro';
export { default as InKubernetes } from './InKubernetes.astro';
export { default as Journey } from './Journey.astro';
export { default as Note } from './Note.astro';
export { default as Path } from './Path.astro';
export { default as Predict } from './Predict.astro';
export { default as Remember } from './Remember.astro';
export { default as Request } from './Request.astro';
export { default as Ruler } from './Ruler.astro';
export { default as Source } from './Source.astro';
export { default as StageDiff } from './StageDiff.astro';
export { default as Upstream } from './Upstream.astro';
