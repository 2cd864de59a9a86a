using DocuChat.Core.Retrieval;
using DocuChat.Core.Text.Analysis;

namespace DocuChat.Tests.Core.Retrieval;

public sealed class EvidenceTests
{
    private static readonly Dictionary<long, float> _unknown = [];

    [Fact]
    public void Of_NothingFound_IsNone() => Assert.Equal(0, Evidence.Of([], Weights("leave"), _unknown, 0));

    [Fact]
    public void Of_MoreOfTheQuestionHeld_IsMore()
    {
        var weights = Weights("thirty days paid leave");
        var (little, much) = (Evidence.Of([Passage(1, "Paid.")], weights, _unknown, 0), Evidence.Of([Passage(1, "Paid leave: thirty days.")], weights, _unknown, 0));
        Assert.True(little > 0 && much > little, $"{little}, {much}");
        Assert.Equal(4 * little, much, 1e-9);
    }

    [Fact]
    public void Of_AWordSaidOften_DoesNotStandForOneThatIsNotSaid()
    {
        var weights = Weights("force charge");
        Assert.Equal(Evidence.Of([Passage(1, "A force.")], weights, _unknown, 0), Evidence.Of([Passage(1, "Force, force, and force again; force.")], weights, _unknown, 0));
    }

    [Fact]
    public void Of_AnyOfThePassages_IsThatOfTheBest()
    {
        var weights = Weights("thirty days paid leave");
        Assert.Equal(Evidence.Of([Passage(1, "Paid leave: thirty days.")], weights, _unknown, 0), Evidence.Of([Passage(2, "Days."), Passage(1, "Paid leave: thirty days.")], weights, _unknown, 0));
    }

    [Fact]
    public void Of_ANearPassage_SaysMoreWhereTheRestIsFar()
    {
        var weights = Weights("paid leave");
        var cosines = new Dictionary<long, float> { [1] = 0.5f };
        var (far, near) = (Evidence.Of([Passage(1, "Paid.")], weights, cosines, 0.1), Evidence.Of([Passage(1, "Paid.")], weights, cosines, 0.45));
        Assert.True(far > near, $"{far}, {near}");
    }

    [Fact]
    public void Of_TheTitleAndTheHeading_CountAsThePassageDoes() =>
        Assert.Equal(Evidence.Of([Passage(1, "leave paid")], Weights("paid leave"), _unknown, 0), Evidence.Of([Passage(1, "Thirty days.") with { DocumentName = "Leave", HeadingPath = "Paid" }], Weights("paid leave"), _unknown, 0));

    private static Dictionary<uint, double> Weights(string question) => TextAnalyzer.AnalyzeQuery(question).ToDictionary(term => term.Term, term => (double)term.Weight);

    private static Passage Passage(long id, string text) => new(id, Guid.Empty, "", 1, null, null, text, 0, text.Length, 0);
}
