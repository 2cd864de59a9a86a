using System.Collections.Frozen;

namespace DocuChat.Core.Text.Analysis;

/// <summary>
/// Words that say nothing about what a text is about: articles, prepositions, pronouns, auxiliaries, question words, and in Persian the endings that
/// stand alone once a half-space became a space. In normalised form.
/// </summary>
internal static class Stopwords
{
    private static readonly FrozenSet<string> _words = FrozenSet.ToFrozenSet(
        (
            "a an the and or but if then than that this these those it its he she they we you i his her hers their theirs our ours your yours my mine me him them us "
            + "is am are was were be been being do does did doing done have has had having can could may might must shall should will would "
            + "of in on at by for from to with without into onto over under about as between through during before after above below up down out off again "
            + "not no nor so such too very own same other some any each few more most both all only just also there here when where which who whom whose what why how "
            + "s t don "
            + "و در به از که این را با است برای آن یک تا بر هم خود می نمی ها های هایی هایش ام ات اش اند ای یا اما اگر نیز باید شد شده شدن شود بود بوده باشد باشند کرد کرده کردن "
            + "کند کنند دارد دارند داشت داشته بودند هستند هست نیست شدند کردند او ما من تو شما آنها ان آنان ایشان وی چه چی چیست کیست کدام کجا کجاست کی چرا چگونه چطور چند آیا چیزی کسی "
            + "هر همه هیچ پس بین روی پیش توسط مورد دیگر ولی بلکه چون زیرا تر ترین همین همان چنین"
        ).Split(' ')
    );

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> _lookup = _words.GetAlternateLookup<ReadOnlySpan<char>>();

    public static bool Contains(ReadOnlySpan<char> word) => _lookup.Contains(word);
}
