/**
 * Stands for modules that Express imports but that nothing reached in a page uses: files (`fs`, `send`,
 * `serve-static`, `content-disposition`), compressed request bodies (`zlib`), entity tags and signed cookies (`crypto`), terminals (`tty`),
 * `https`; and for those that packages do without when they are empty (`async_hooks`, `diagnostics_channel`, and `long`,
 * without which protobufjs gives 64-bit numbers as numbers).
 */
export {};
