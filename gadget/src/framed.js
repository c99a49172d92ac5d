/**
 * Whether the page is inside another one. Who frames a page can lay its own over it, and guide presses that the
 * person beneath never meant; so nothing of the form is there in a frame (docs/decisions/0080).
 *
 * @param {{top: unknown}} scope the window
 * @return {boolean} true in any frame, of another site or of this one, however deep
 */
export const isFramed = ( scope ) => scope.top !== scope;
