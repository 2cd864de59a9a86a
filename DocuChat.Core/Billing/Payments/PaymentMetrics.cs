using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace DocuChat.Core.Billing.Payments;

/// <summary><c>docuchat_payments_total{state}</c>: pages opened, and how they ended.</summary>
public sealed class PaymentMetrics
{
    private readonly Counter<long> _payments;

    public PaymentMetrics(IMeterFactory meters)
    {
        _payments = meters.Create("DocuChat.Payments").CreateCounter<long>("docuchat_payments_total", description: "Payment pages opened, and how they ended.");
        // At 0 from the start, so that the first refund that is due shows in an increase.
        Add("opened", 0);
        foreach (var status in Enum.GetValues<PaymentStatus>())
            Add(Named(status), 0);
    }

    internal void Opened() => Add("opened", 1);

    internal void Ended(PaymentStatus status) => Add(Named(status), 1);

    private static string Named(PaymentStatus status) => status.ToString().ToLowerInvariant();

    private void Add(string state, long count) => _payments.Add(count, new TagList { { "state", state } });
}
