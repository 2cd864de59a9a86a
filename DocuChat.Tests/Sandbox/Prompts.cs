using System.Security;

namespace DocuChat.Tests.Sandbox;

/// <summary>Prompts in the form that the product sends.</summary>
internal static class Prompts
{
    public static object[] Of(string question, params string[] passages) =>
        [
            new { role = "system", content = "Answer only from the passages.\n\n" + string.Concat(passages.Select((text, i) => $"<passage n=\"{i + 1}\" document=\"file {i + 1}.pdf\" page=\"3\">\n{SecurityElement.Escape(text)}\n</passage>\n")) },
            new { role = "user", content = question },
        ];
}
