// Starts Blazor straight on a WebSocket: without the negotiation before it, any replica can take the connection.
const webSockets = 1;
Blazor.start({
  circuit: {
    configureSignalR: builder => builder.withUrl('_blazor', { skipNegotiation: true, transport: webSockets }),
    reconnectionOptions: { maxRetries: 20, retryIntervalMilliseconds: tries => Math.min(5000, 250 * 2 ** tries) },
  },
});

// A circuit that another replica held, or that waited too long, is gone; the page comes back from its address.
document.getElementById('components-reconnect-modal')?.addEventListener('components-reconnect-state-changed', event => {
  if (event.detail.state === 'rejected') location.reload();
});
document.addEventListener('click', event => {
  if (event.target.closest?.('[data-reload]')) location.reload();
  if (event.target.closest?.('[data-print]')) print();
});
