/** `debug`, switched off. */
const debug = () => Object.assign(() => undefined, { enabled: false });

export { debug as 'module.exports' };
