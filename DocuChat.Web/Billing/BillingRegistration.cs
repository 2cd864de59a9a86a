namespace DocuChat.Web.Billing;

internal static class BillingRegistration
{
    public static void AddBilling(this WebApplicationBuilder builder) => builder.Services.AddScoped<BillingApi>();
}
