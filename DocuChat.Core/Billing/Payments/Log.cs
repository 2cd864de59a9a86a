using System.Net;
using Microsoft.Extensions.Logging;

namespace DocuChat.Core.Billing.Payments;

internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Warning, "Zibal's {Call} did not answer: {Failure}, status {Status}")]
    public static partial void GatewayUnreachable(ILogger logger, string call, string failure, HttpStatusCode? status);

    [LoggerMessage(2, LogLevel.Warning, "Zibal refused a payment page with result {Result}")]
    public static partial void GatewayRefused(ILogger logger, int result);

    [LoggerMessage(3, LogLevel.Information, "Invoice {Invoice} is paid")]
    public static partial void InvoicePaid(ILogger logger, long invoice);

    [LoggerMessage(4, LogLevel.Error, "Payment {Attempt} of invoice {Invoice} is to be refunded: {Reason}")]
    public static partial void RefundDue(ILogger logger, Guid attempt, long invoice, string reason);
}
