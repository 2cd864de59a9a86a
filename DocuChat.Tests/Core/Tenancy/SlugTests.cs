using DocuChat.Core.Tenancy;

namespace DocuChat.Tests.Core.Tenancy;

public sealed class SlugTests
{
    [Theory]
    [InlineData("demo-corp", "demo-corp")]
    [InlineData("  Acme, Inc.  ", "acme-inc")]
    [InlineData("Café Zürich", "cafe-zurich")]
    [InlineData("شرکت نمونه", "shrkt-nmvnh")]
    [InlineData("كتابي", "ktaby")]
    [InlineData("شعبه ۱۲", "shabh-12")]
    [InlineData("!!!", null)]
    [InlineData("", null)]
    public void From_Name_IsSafeAndReadable(string name, string? slug) => Assert.Equal(slug, Slug.From(name));

    [Fact]
    public void From_LongName_IsCutToTheLimit() => Assert.Equal(Slug.MaximumLength, Slug.From(new string('a', 500))!.Length);
}
