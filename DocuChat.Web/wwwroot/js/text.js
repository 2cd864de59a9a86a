// Brings the cited range into view, or else the beginning of the part that was turned to.
export function showMark() {
  const mark = document.querySelector('.text-card mark');
  if (mark) mark.scrollIntoView({ block: 'center' });
  else document.getElementById('main')?.scrollTo(0, 0);
}
