// Sets the chosen theme before the first paint, so that a dark page never flashes white. A classic, blocking
// script for that reason. No choice stored: the stylesheet follows the system.
try {
  const theme = localStorage.getItem("lastmile.theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch {
  // Storage is forbidden in this browser: the system's theme it is.
}
