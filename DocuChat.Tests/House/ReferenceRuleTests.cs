using System.Xml.Linq;
using DocuChat.Tests.Infrastructure;

namespace DocuChat.Tests.House;

/// <summary>Who may reference whom. Read from the project files, so that an unused reference counts too.</summary>
public sealed class ReferenceRuleTests
{
    private static readonly Dictionary<string, string[]> _allowed = new()
    {
        ["DocuChat.ServiceDefaults"] = [],
        ["DocuChat.Core"] = [],
        ["DocuChat.Web"] = ["DocuChat.ServiceDefaults"],
        ["DocuChat.Sandbox"] = ["DocuChat.ServiceDefaults"],
        ["DocuChat.Api"] = ["DocuChat.Core", "DocuChat.ServiceDefaults"],
        ["DocuChat.Ingestion"] = ["DocuChat.Core", "DocuChat.ServiceDefaults"],
        ["DocuChat.Billing"] = ["DocuChat.Core", "DocuChat.ServiceDefaults"],
        // The two that put the others together. Only the tests see the AppHost.
        ["DocuChat.AppHost"] = ["DocuChat.Api", "DocuChat.Billing", "DocuChat.Ingestion", "DocuChat.Sandbox", "DocuChat.Web"],
        ["DocuChat.Benchmarks"] = ["DocuChat.Api", "DocuChat.Billing", "DocuChat.Core", "DocuChat.Ingestion", "DocuChat.Sandbox", "DocuChat.ServiceDefaults", "DocuChat.Web"],
        ["DocuChat.Tests"] = ["DocuChat.Api", "DocuChat.AppHost", "DocuChat.Benchmarks", "DocuChat.Billing", "DocuChat.Core", "DocuChat.Ingestion", "DocuChat.Sandbox", "DocuChat.ServiceDefaults", "DocuChat.Web"],
    };

    public static TheoryData<string> Projects => [.. _allowed.Keys];

    [Theory]
    [MemberData(nameof(Projects))]
    public void Project_References_OnlyWhatItMay(string project) =>
        Assert.Empty(ReferencesOf(project).Except(_allowed[project]));

    [Fact]
    public void EveryProject_HasARule()
    {
        var found = Directory.EnumerateFiles(Repository.Root, "*.csproj", new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 1 });

        Assert.Equal(_allowed.Keys.Order(), found.Select(file => Path.GetFileNameWithoutExtension(file)).Order());
    }

    private static IEnumerable<string> ReferencesOf(string project) =>
        XDocument
            .Load(Repository.PathTo(project, $"{project}.csproj"))
            .Descendants("ProjectReference")
            .Select(reference => Path.GetFileNameWithoutExtension(((string)reference.Attribute("Include")!).Replace('\\', '/')));
}
