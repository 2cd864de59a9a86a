using System.Text;
using DocuChat.Core.Documents;
using MimeKit;

namespace DocuChat.Tests.Ingestion.Extraction;

public sealed class MailExtractorTests
{
    [Fact]
    public void Extract_HasHeadersTextAndAttachmentsUnderTheirNames()
    {
        var inner = Mail("Inner", "inner text");
        var bytes = Bytes(
            Mail(
                "درخواست مرخصی",
                "Two days,\r\nplease.",
                new MimePart("text", "markdown") { Content = Content("# Plan\n\nTo the sea."), FileName = "plan.md" },
                new MimePart("application", "octet-stream") { Content = Content("\u0001\u0002\u0003\u0004"), FileName = "noise.bin" },
                new MessagePart { Message = inner, ContentDisposition = new ContentDisposition(ContentDisposition.Attachment) { FileName = "inner.eml" } }
            )
        );
        var blocks = Extract.Blocks(Extract.From(FileTypes.Mail, bytes));
        Assert.Equal(["Heading1: درخواست مرخصی", "ListItem: From: Sara <sara@example.com>", "ListItem: To: Ali <ali@example.com>"], blocks[..3]);
        Assert.Equal(
            ["Paragraph: Two days,\nplease.", "Heading1: plan.md", "Heading2: Plan", "Paragraph: To the sea.", "Heading1: noise.bin"],
            blocks.SkipWhile(block => !block.StartsWith("Paragraph: Two", StringComparison.Ordinal)).Take(5)
        );
        Assert.Contains("not known", blocks.SkipWhile(block => block != "Heading1: noise.bin").ElementAt(1), StringComparison.Ordinal);
        Assert.Equal(["Heading1: inner.eml", "Heading2: Inner"], blocks.SkipWhile(block => block != "Heading1: inner.eml").Take(2));
        Assert.Contains("Paragraph: inner text", blocks);
    }

    [Fact]
    public void Extract_PrefersTheHtmlFormAndLoadsNothing()
    {
        var message = Mail("Offer", "");
        message.Body = new BodyBuilder { TextBody = "plain", HtmlBody = "<h2>Price</h2><p>20 Tomans</p><img src='http://127.0.0.1:1/pixel.png'>" }.ToMessageBody();
        var blocks = Extract.Blocks(Extract.From(FileTypes.Mail, Bytes(message)));
        Assert.Equal(["Heading2: Price", "Paragraph: 20 Tomans"], blocks[^2..]);
    }

    private static MimeMessage Mail(string subject, string text, params MimeEntity[] attachments)
    {
        var message = new MimeMessage { Subject = subject, Date = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero) };
        message.From.Add(new MailboxAddress("Sara", "sara@example.com"));
        message.To.Add(new MailboxAddress("Ali", "ali@example.com"));
        var body = new BodyBuilder { TextBody = text };
        foreach (var attachment in attachments)
        {
            attachment.ContentDisposition ??= new ContentDisposition(ContentDisposition.Attachment);
            body.Attachments.Add(attachment);
        }
        message.Body = body.ToMessageBody();
        return message;
    }

    private static MimeContent Content(string text) => new(new MemoryStream(Encoding.UTF8.GetBytes(text)));

    private static byte[] Bytes(MimeMessage message)
    {
        using var bytes = new MemoryStream();
        message.WriteTo(bytes);
        return bytes.ToArray();
    }
}
