namespace DocuChat.Sandbox.Zibal;

internal static class ZibalRegistration
{
    public static void AddZibal(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<ZibalOptions>().BindConfiguration(ZibalOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton<Payments>();
    }

    public static void MapZibal(this IEndpointRouteBuilder endpoints)
    {
        var v1 = endpoints.MapGroup("/v1");
        v1.MapPost("/request", ZibalEndpoints.RequestAsync);
        v1.MapPost("/verify", ZibalEndpoints.VerifyAsync);
        v1.MapPost("/inquiry", ZibalEndpoints.InquiryAsync);

        var start = endpoints.MapGroup("/start");
        start.MapGet("/{trackId:long}", PaymentPage.Show);
        start.MapPost("/{trackId:long}/pay", PaymentPage.Pay);
        start.MapPost("/{trackId:long}/cancel", PaymentPage.Cancel);
    }
}
