namespace DocuChat.Billing.Runs;

/// <summary>What a run is asked to do.</summary>
/// <param name="Period">The last day to close; null for yesterday. Days before it that were missed are closed too.</param>
/// <param name="Tenant">The slug of the one tenant; null for all.</param>
/// <param name="DryRun">Compute and print everything, and keep nothing.</param>
internal sealed record RunRequest(DateOnly? Period = null, string? Tenant = null, bool DryRun = false);

/// <summary>What a run came to.</summary>
/// <param name="Invoices">Invoices that were written.</param>
/// <param name="Total">Their Tomans.</param>
/// <param name="Failed">Tenants that were not handled.</param>
/// <param name="Refused">Why nothing was done, or null.</param>
internal sealed record RunReport(int Invoices, decimal Total, int Failed, string? Refused = null)
{
    /// <summary>0 when every tenant was handled, 1 when one was not, 2 when the request could not be served.</summary>
    public int ExitCode => Refused is not null ? 2 : Failed > 0 ? 1 : 0;
}
