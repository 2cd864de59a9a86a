using DocuChat.Core.Documents;
using MimeKit;

namespace DocuChat.Ingestion.Extraction;

/// <summary>
/// Mails (RFC 5322, MIME): the subject as heading, who wrote to whom and when, the text, then each attachment of a type that is read, under its name. A mail
/// in a mail is an attachment too; one inside that is not opened.
/// </summary>
internal static class MailExtractor
{
    private static readonly string[] _headers = ["From", "To", "Cc", "Date"];

    public static ExtractedDocument Extract(Stream content, ExtractionLimits limits, Tesseract? recognition, bool isAttached = false)
    {
        try
        {
            using var message = MimeMessage.Load(content);
            var assembler = new TextAssembler(limits);
            assembler.Add(BlockKind.Heading, message.Subject ?? "", level: 1);
            foreach (var name in _headers)
                assembler.Add(BlockKind.ListItem, message.Headers[name] is { Length: > 0 } value ? $"{name}: {value}" : "");
            AddBody(assembler, message, limits);
            if (!isAttached)
                AddAttachments(assembler, message, limits, recognition);
            return assembler.ToDocument();
        }
        catch (FormatException exception)
        {
            throw new ExtractionException("The mail is damaged or incomplete and cannot be read.", exception);
        }
    }

    private static void AddBody(TextAssembler assembler, MimeMessage message, ExtractionLimits limits)
    {
        // The HTML form has the structure, where there are both.
        if (message.HtmlBody is { } html)
            HtmlExtractor.AddTo(assembler, html, limits);
        else if (message.TextBody is { } text)
            PlainTextExtractor.AddTo(assembler, text);
    }

    private static void AddAttachments(TextAssembler assembler, MimeMessage message, ExtractionLimits limits, Tesseract? recognition)
    {
        foreach (var attachment in message.Attachments.Take(limits.Members))
        {
            var name = attachment.ContentDisposition?.FileName ?? attachment.ContentType.Name ?? (attachment is MessagePart ? "mail.eml" : "attachment");
            using var content = new MemoryStream();
            if (attachment is MimePart { Content: { } body })
                body.DecodeTo(content);
            else if (attachment is MessagePart { Message: { } inner })
                inner.WriteTo(content);
            assembler.Add(BlockKind.Heading, name, level: 1);
            var document = ReadAttachment(name, content, limits, recognition);
            assembler.Append(document, levelsDown: 1);
            foreach (var note in document.Notes)
                assembler.Note($"{name}: {note}");
        }
    }

    /// <summary>What an attachment says, or in one line why it says nothing: one that cannot be read does not cost the mail.</summary>
    private static ExtractedDocument ReadAttachment(string name, MemoryStream content, ExtractionLimits limits, Tesseract? recognition)
    {
        var type = FileTypes.Detect(content, name);
        try
        {
            return type.ContentType switch
            {
                null => throw new ExtractionException(type.Refusal!),
                FileTypes.Mail => Extract(content, limits, recognition, isAttached: true),
                _ => Extractor.Extract(type.ContentType, content, limits, recognition),
            };
        }
        catch (ExtractionException exception)
        {
            return PlainTextExtractor.Extract($"({exception.Message})", limits);
        }
    }
}
