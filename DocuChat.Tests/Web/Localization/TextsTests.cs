using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using DocuChat.Core.Billing;
using DocuChat.Core.Documents;
using DocuChat.Core.Usage;
using DocuChat.Tests.Infrastructure;
using DocuChat.Web.Layout;

namespace DocuChat.Tests.Web.Localization;

/// <summary>The two languages have the same texts, with the same places for values, and the pages name none that does not exist.</summary>
public sealed partial class TextsTests
{
    private static readonly Dictionary<string, string> English = Read("Texts.resx");
    private static readonly Dictionary<string, string> Persian = Read("Texts.fa.resx");

    [Fact]
    public void Keys_AreTheSameInBothLanguages() => Assert.Equal(English.Keys.Order(), Persian.Keys.Order());

    [Fact]
    public void Values_HaveTheSamePlaces() => Assert.All(English, text => Assert.Equal(Places(text.Value), Places(Persian[text.Key])));

    [Fact]
    public void Persian_IsWrittenWithPersianLetters() => Assert.All(Persian, text => Assert.DoesNotMatch("[يكةى٠-٩]", text.Value));

    [Fact]
    public void Sources_NameOnlyTextsThatExist()
    {
        var files = Directory.EnumerateFiles(Repository.PathTo("DocuChat.Web"), "*.*", SearchOption.AllDirectories).Where(file => Path.GetExtension(file) is ".razor" or ".cs" && !file.Contains("/obj/", StringComparison.Ordinal));

        var named = files.SelectMany(file => NameOfText().Matches(File.ReadAllText(file)).Select(match => match.Groups[1].Value)).ToHashSet();

        Assert.NotEmpty(named);
        Assert.DoesNotContain(named, name => !English.ContainsKey(name));
    }

    [Fact]
    public void Words_ThatAreNamedByAValue_Exist()
    {
        var troubles = Enum.GetNames<TroubleKind>().SelectMany(kind => (string[])[$"Trouble.{kind}.Title", $"Trouble.{kind}.Lead"]);
        var states = Enum.GetValues<DocumentStatus>().Select(status => $"Documents.Status.{JsonNamingPolicy.SnakeCaseLower.ConvertName(status.ToString())}");
        var kinds = Enum.GetValues<CallKind>().Select(kind => $"Usage.Kind.{JsonNamingPolicy.SnakeCaseLower.ConvertName(kind.ToString())}");
        var invoices = Enum.GetNames<InvoiceStatus>().SelectMany(status => (string[])[$"Billing.Status.{status.ToLowerInvariant()}", $"Billing.Note.{status.ToLowerInvariant()}"]);

        Assert.DoesNotContain(troubles.Concat(states).Concat(kinds).Concat(invoices), name => !English.ContainsKey(name));
    }

    private static string[] Places(string text) => [.. PlaceOfValue().Matches(text).Select(match => match.Value).Distinct().Order()];

    private static Dictionary<string, string> Read(string file) =>
        XDocument.Load(Repository.PathTo("DocuChat.Web", "Localization", file)).Root!.Elements("data").ToDictionary(data => data.Attribute("name")!.Value, data => data.Element("value")!.Value);

    [GeneratedRegex("""(?:T|texts)\["([A-Za-z0-9.]+)"[\],]""")]
    private static partial Regex NameOfText();

    [GeneratedRegex(@"\{\d\}")]
    private static partial Regex PlaceOfValue();
}
