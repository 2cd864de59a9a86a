namespace DocuChat.Web.Tenancy;

/// <summary>Where the organisation's account stands, shared by the banner and the pages of one circuit.</summary>
internal sealed class CurrentTenant(TenantApi api)
{
    /// <summary>As it was last asked for; null before that.</summary>
    public TenantSettings? Settings { get; private set; }

    /// <summary>Raised after it was asked for.</summary>
    public event Action? Changed;

    public async Task ReloadAsync(CancellationToken ct) => Set(await api.GetAsync(ct));

    public void Set(TenantSettings settings)
    {
        Settings = settings;
        Changed?.Invoke();
    }
}
