// The way back from an app: see outcome.rs. The page notes under this name where its own window is to return.
{
  const back = sessionStorage.getItem('consentry.return');
  sessionStorage.removeItem('consentry.return');
  // Only an address of a request here: what is stored may be of an older version.
  if (back && /^\/requests\/[\w-]+(#[\w-]+)?$/.test(back)) location.replace(back);
  else window.close();
}
