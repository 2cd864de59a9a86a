using System.Text.Json;
using DocuChat.Tests.Infrastructure;
using DocuChat.Web.Documents;

namespace DocuChat.Tests.Api.Chat;

/// <summary>The database counts code points, everybody else UTF-16 code units: the Api's range of a quote is the one that marks it in the Web.</summary>
public sealed class CitationOffsetsTests(CitationOffsetsTests.Fixture fixture) : IClassFixture<CitationOffsetsTests.Fixture>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>One Api for the class; each test is a tenant of its own.</summary>
    public sealed class Fixture() : ModelsFixture;

    [Theory]
    [InlineData("The canteen is open 😀😀😀 from eight.", "Employees may take thirty days of paid leave a year.")]
    [InlineData("The canteen is open from eight.", "Employees may take 🏖 thirty days 🏖 of paid 𝑙𝑒𝑎𝑣𝑒 a year.")]
    [InlineData("ناهارخوری از ساعت ۸ باز است 😀.", "هر کارمند می‌تواند سالانه 🏖 سی روز مرخصی با حقوق بگیرد.")]
    // The same passage once more, where the database's count would find it.
    [InlineData("😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀", "Employees may take thirty days of paid leave a year.")]
    public async Task Citation_BehindLettersOfTwoUnits_CountsThemTwice(string before, string passage)
    {
        using var user = await ApiUser.RegisterAsync(fixture.Api);
        var document = await user.StoreAsync("leave.txt", before, passage);
        fixture.Models.Forget();
        fixture.Models.Embeds = true;
        fixture.Models.Expect("gpt-4o", Reply.Text($"{passage[..^1]} [1], [2]."));

        var done = (await user.StreamAsync(new { message = passage, stream = true }))[^1].Data;

        var text = await user.Client.GetStringAsync(new Uri($"documents/{document}/text", UriKind.Relative), Stop);
        var citation = Assert.Single(done.GetProperty("citations").EnumerateArray());
        var (start, end) = (citation.GetProperty("char_start").GetInt32(), citation.GetProperty("char_end").GetInt32());
        Assert.Equal(passage, citation.GetProperty("quote").GetString());
        Assert.Equal(passage, text[start..end]);
        Assert.Equal(passage, Excerpt.Around(text, start, end)?.Cited);
    }
}
