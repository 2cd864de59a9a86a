using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;

namespace DocuChat.Sandbox.Zibal;

/// <summary><c>POST /v1/request</c>, <c>/v1/verify</c> and <c>/v1/inquiry</c>.</summary>
internal static class ZibalEndpoints
{
    public static async Task<IResult> RequestAsync(HttpContext context, Payments payments, TimeProvider time, CancellationToken cancellationToken)
    {
        if (await ReadAsync<PaymentRequest>(context, cancellationToken) is not { } request)
            return Unreadable();
        if (MerchantKnobs.Parse(request.Merchant) is not { } knobs)
            return Reply(ZibalReply.Of(ZibalResult.MerchantUnknown));
        return await WithFaultsAsync(context, payments, knobs, ZibalCall.Request, request.Merchant!, time, () =>
        {
            var result = payments.Check(request, knobs);
            if (result != ZibalResult.Ok)
                return ZibalReply.Of(result);
            var payment = payments.Add(request, knobs);
            return ZibalReply.Of(result) with { TrackId = payment.TrackId, PayLink = request.LinkToPay ? PaymentPage.LinkTo(context.Request, payment) : null };
        });
    }

    public static Task<IResult> VerifyAsync(HttpContext context, Payments payments, TimeProvider time, CancellationToken cancellationToken) =>
        OfPaymentAsync(context, payments, ZibalCall.Verify, time, payment => payment.Verify(), cancellationToken);

    public static Task<IResult> InquiryAsync(HttpContext context, Payments payments, TimeProvider time, CancellationToken cancellationToken) =>
        OfPaymentAsync(context, payments, ZibalCall.Inquiry, time, payment => payment.Inquire(), cancellationToken);

    private static async Task<IResult> OfPaymentAsync(HttpContext context, Payments payments, ZibalCall call, TimeProvider time, Func<Payment, ZibalReply> act, CancellationToken cancellationToken)
    {
        if (await ReadAsync<TrackRequest>(context, cancellationToken) is not { } request)
            return Unreadable();
        if (MerchantKnobs.Parse(request.Merchant) is not { } knobs)
            return Reply(ZibalReply.Of(ZibalResult.MerchantUnknown));
        if (payments.Find(request.TrackId) is not { } payment || payment.Request.Merchant != request.Merchant)
            return Reply(ZibalReply.Of(ZibalResult.TrackIdInvalid));
        return await WithFaultsAsync(context, payments, knobs, call, payment.TrackId.ToString(CultureInfo.InvariantCulture), time, () => act(payment));
    }

    private static async Task<IResult> WithFaultsAsync(HttpContext context, Payments payments, MerchantKnobs knobs, ZibalCall call, string key, TimeProvider time, Func<ZibalReply> act)
    {
        if (knobs.Slow > TimeSpan.Zero)
            await Task.Delay(knobs.Slow, time, context.RequestAborted);

        var fault = payments.TakeFault(knobs, call, key);
        if (fault == "500")
            return TypedResults.StatusCode(StatusCodes.Status500InternalServerError);
        var reply = act();
        if (fault != "lost")
            return Reply(reply);
        // It is done, and whoever asked will not hear of it.
        context.Abort();
        return TypedResults.Empty;
    }

    private static JsonHttpResult<ZibalReply> Reply(ZibalReply reply) => TypedResults.Json(reply, ZibalJson.Options);

    private static JsonHttpResult<ZibalReply> Unreadable() => TypedResults.Json(new ZibalReply(-1, "the body is no JSON of this call"), ZibalJson.Options, statusCode: StatusCodes.Status400BadRequest);

    private static async Task<T?> ReadAsync<T>(HttpContext context, CancellationToken cancellationToken)
        where T : class
    {
        try
        {
            return await JsonSerializer.DeserializeAsync<T>(context.Request.Body, ZibalJson.Options, cancellationToken);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
