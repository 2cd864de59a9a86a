namespace DocuChat.Web.Tenancy;

internal static class TenancyRegistration
{
    public static void AddTenancy(this WebApplicationBuilder builder)
    {
        builder.Services.AddScoped<TenantApi>();
        builder.Services.AddScoped<CurrentTenant>();
    }
}
