// Asks for a payment with each client, pays at the page as a browser would, verifies, and prints what each client made of it.
const Zibal = require("zibal");
const { getPaymentDriver } = require("monopay");

const callbackUrl = "https://merchant.example/callback";

async function payAt(trackId) {
  const paid = await fetch(new URL(`/start/${trackId}/pay`, process.env.GATEWAY), { method: "POST", redirect: "manual" });
  return Object.fromEntries(new URL(paid.headers.get("location")).searchParams);
}

async function withZibal() {
  const zibal = new Zibal({ merchant: "zibal", callbackUrl });
  const { trackId } = await zibal.request({ amount: 30000, orderId: "order-1" });
  const before = await zibal.verify({ trackId }).catch((refused) => refused);
  await payAt(trackId);
  const verified = await zibal.verify({ trackId });
  return { trackId, before: before.result, result: verified.result, amount: verified.amount, orderId: verified.orderId, status: verified.status };
}

async function withMonopay() {
  const driver = getPaymentDriver("zibal", { merchantId: "zibal", sandbox: true });
  const payment = await driver.requestPayment({ amount: 45000, callbackUrl, orderId: "order-2" });
  const trackId = Number(payment.url.split("/").at(-1));
  const receipt = await driver.verifyPayment({ amount: 45000 }, await payAt(trackId));
  const again = await driver.verifyPayment({ amount: 45000 }, { success: 1, status: 1, trackId }).then(() => "accepted", (refused) => refused.constructor.name);
  return { trackId, result: receipt.raw.result, amount: receipt.raw.amount, orderId: receipt.raw.orderId, transactionId: receipt.transactionId, again };
}

(async () => console.log(JSON.stringify({ zibal: await withZibal(), monopay: await withMonopay() })))();
