using DocuChat.Core.Billing;

namespace DocuChat.Api.Billing;

internal static class BillingApiRegistration
{
    public static void AddBilling(this WebApplicationBuilder builder)
    {
        builder.AddBillingCore();
        builder.Services.AddScoped<PayDoor>();
    }
}
