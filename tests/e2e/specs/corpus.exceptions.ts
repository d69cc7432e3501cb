// Files of the public runbooks whose words the page does not have all, in order, and why. At most one file in a hundred.

/** Slug → why. */
export const EXCEPTIONS: Record<string, string> = {};
