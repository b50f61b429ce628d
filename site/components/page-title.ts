/** Starlight's skip link and contents point to this id. */
export const PAGE_TITLE_ID = '_top';
