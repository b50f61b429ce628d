/** Fenced code in the prose (Go, shell, YAML), in the same few colours as excerpts of the source. */
import type { ThemeRegistrationRaw } from 'shiki';

const colour = (name: string, scope: string[]) => ({ scope, settings: { foreground: `var(--code-token-${name})` } });
const ink = { foreground: 'var(--code-foreground)', background: 'var(--code-background)' };

export const codeTheme: ThemeRegistrationRaw = {
  name: 'journey',
  fg: ink.foreground,
  bg: ink.background,
  settings: [
    { settings: ink },
    colour('comment', ['comment', 'punctuation.definition.comment']),
    colour('string', ['string', 'punctuation.definition.string', 'constant.character.escape']),
    colour('keyword', ['keyword', 'storage', 'variable.language']),
    { scope: ['keyword.operator'], settings: ink },
    colour('constant', ['constant.numeric', 'constant.language']),
    colour('function', ['entity.name.function', 'support.function', 'entity.name.type', 'storage.type.string', 'entity.name.tag', 'support.type.property-name']),
  ],
};
