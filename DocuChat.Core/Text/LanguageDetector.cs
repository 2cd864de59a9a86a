using System.Collections.Frozen;

namespace DocuChat.Core.Text;

/// <summary>
/// Tells the language of a passage or a question by its script, its letters and its commonest words. It decides which analysis a text gets and whether an
/// embedding model knows it, so it is sure about Persian, Arabic and English, and coarse about the rest.
/// </summary>
public static class LanguageDetector
{
    /// <summary>The language cannot be told.</summary>
    public const string Undetermined = "und";

    private static readonly (string Language, FrozenSet<string> Words)[] _latin =
    [
        ("en", Words("the of and to in is that for it was on are with as be this by at from or have an not what who how why when where which does did do a can has were you i we they he she there their")),
        ("de", Words("der die das und ist nicht ein eine zu den von mit für auf dem im sich des auch wie wer wann warum wird sind war einer eines")),
        ("fr", Words("le la les des et est une un du que qui dans pour pas sur au avec ce il elle sont par plus quel quelle où ne se cette")),
        ("es", Words("el la los las de que y en un una es por con para del se no como qué quién cuándo está son más al su lo")),
        ("it", Words("il la che di e un una è per non con del della sono come gli le nel dei chi quando dove alla si")),
        ("pt", Words("o os as que e de um uma é para com não do da em por como se dos das na no ao são foi")),
        ("nl", Words("de het een en van is dat niet op te zijn voor met aan er wie wat hoe wordt ook bij naar")),
        ("tr", Words("ve bir bu için ile de da ne olarak daha çok gibi olan nasıl nedir kim mi var değil")),
    ];

    private static readonly FrozenSet<string> _persian = Words(
        "و در به از که این را با است برای آن یک می شد شده بود تا بر هم خود ها های چه چیست کیست کدام کجا چند آیا چرا چگونه کی کرد کرده شود دارد دارند بودند هستند نیز اما یا او ما اگر باید نام طی پس بین هر دو توسط مورد دیگر"
    );

    private static readonly FrozenSet<string> _arabic = Words(
        "في من علي الي هذا هذه التي الذي كان ان عن هو هي ما لا لم مع كل بعد قبل بين ذلك او ثم قد الا كيف متي اين لماذا هل ماذا وقد كما حيث عند يتم تم اي"
    );

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> _isPersian = _persian.GetAlternateLookup<ReadOnlySpan<char>>();
    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> _isArabic = _arabic.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>ISO 639-1 code of the language that most of the text is in, or <see cref="Undetermined"/> when it has no letters that tell.</summary>
    public static string Detect(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        Span<int> scripts = stackalloc int[(int)Script.Count];
        foreach (var c in text)
            scripts[(int)ScriptOf(c)]++;
        scripts[(int)Script.None] = 0;

        var main = Script.None;
        for (var script = Script.None; script < Script.Count; script++)
        {
            if (scripts[(int)script] > scripts[(int)main])
                main = script;
        }
        return main switch
        {
            Script.Arabic => DetectArabicScript(text),
            Script.Latin => DetectLatinScript(text),
            Script.Cyrillic => "ru",
            Script.Greek => "el",
            Script.Hebrew => "he",
            // Japanese mixes both; Chinese has no kana.
            Script.Han => scripts[(int)Script.Kana] > 0 ? "ja" : "zh",
            Script.Kana => "ja",
            Script.Hangul => "ko",
            Script.Devanagari => "hi",
            Script.Thai => "th",
            _ => Undetermined,
        };
    }

    /// <summary>Persian, Arabic or Urdu. ي and ك tell nothing: an Arabic keyboard types Persian with them.</summary>
    private static string DetectArabicScript(string text)
    {
        var (persian, arabic, urdu) = (0, 0, 0);
        foreach (var c in text)
        {
            if (c is 'پ' or 'چ' or 'ژ' or 'گ' or '\u200C')
                persian += 2;
            else if (c is 'ة' or 'إ' or 'ى')
                arabic += 2;
            else if (c is 'أ')
                arabic++;
            else if (c is 'ٹ' or 'ڈ' or 'ڑ' or 'ے' or 'ں')
                urdu += 3;
        }

        Span<char> folded = stackalloc char[32];
        foreach (var word in WordsOf(text))
        {
            var length = FoldArabicWord(text.AsSpan(word.Start, word.Length), folded);
            if (length == 0)
                continue;
            var key = (ReadOnlySpan<char>)folded[..length];
            if (_isPersian.Contains(key))
                persian += 2;
            else if (_isArabic.Contains(ToArabicLetters(folded[..length])))
                arabic += 2;
            else if (length > 4 && key.StartsWith("ال"))
                arabic++;
        }
        return urdu > Math.Max(persian, arabic) ? "ur" : arabic > persian ? "ar" : "fa";
    }

    private static string DetectLatinScript(string text)
    {
        Span<int> hits = stackalloc int[_latin.Length];
        Span<char> folded = stackalloc char[32];
        var isPlain = true;
        foreach (var word in WordsOf(text))
        {
            var span = text.AsSpan(word.Start, word.Length);
            isPlain &= System.Text.Ascii.IsValid(span);
            if (span.Length > folded.Length)
                continue;
            var length = span.ToLowerInvariant(folded);
            for (var i = 0; i < _latin.Length; i++)
            {
                if (_latin[i].Words.GetAlternateLookup<ReadOnlySpan<char>>().Contains(folded[..length]))
                    hits[i]++;
            }
        }

        var best = 0;
        for (var i = 1; i < hits.Length; i++)
        {
            if (hits[i] > hits[best])
                best = i;
        }
        // A few words in plain letters ("Panthers defense") are taken for English.
        return hits[best] > 0 ? _latin[best].Language : isPlain ? "en" : Undetermined;
    }

    private static int FoldArabicWord(ReadOnlySpan<char> word, Span<char> folded)
    {
        if (word.Length > folded.Length)
            return 0;
        for (var i = 0; i < word.Length; i++)
            folded[i] = word[i] switch { 'ي' or 'ى' => 'ی', 'ك' => 'ک', 'أ' or 'إ' => 'ا', var c => c };
        return word.Length;
    }

    private static ReadOnlySpan<char> ToArabicLetters(Span<char> word)
    {
        word.Replace('ی', 'ي');
        word.Replace('ک', 'ك');
        return word;
    }

    private static IEnumerable<TextRange> WordsOf(string text)
    {
        var start = -1;
        for (var i = 0; i <= text.Length; i++)
        {
            if (i < text.Length && char.IsLetter(text[i]))
            {
                if (start < 0)
                    start = i;
            }
            else if (start >= 0)
            {
                yield return new TextRange(start, i);
                start = -1;
            }
        }
    }

    private static FrozenSet<string> Words(string words) => words.Split(' ').ToFrozenSet();

    private static Script ScriptOf(char c) =>
        c switch
        {
            < '\u0250' => char.IsLetter(c) ? Script.Latin : Script.None,
            >= '\u0370' and <= '\u03FF' => Script.Greek,
            >= '\u0400' and <= '\u052F' => Script.Cyrillic,
            >= '\u0590' and <= '\u05FF' => Script.Hebrew,
            >= '\u0600' and <= '\u06FF' or >= '\u0750' and <= '\u077F' or >= '\uFB50' and <= '\uFDFF' or >= '\uFE70' and <= '\uFEFC' => char.IsLetter(c) ? Script.Arabic : Script.None,
            >= '\u0900' and <= '\u097F' => Script.Devanagari,
            >= '\u0E00' and <= '\u0E7F' => Script.Thai,
            >= '\u1E00' and <= '\u1EFF' => Script.Latin,
            >= '\u3040' and <= '\u30FF' => Script.Kana,
            >= '\u3400' and <= '\u9FFF' => Script.Han,
            >= '\uAC00' and <= '\uD7AF' => Script.Hangul,
            _ => Script.None,
        };

    private enum Script
    {
        None,
        Latin,
        Arabic,
        Cyrillic,
        Greek,
        Hebrew,
        Han,
        Kana,
        Hangul,
        Devanagari,
        Thai,
        Count,
    }
}
