namespace DocuChat.Core.Text.Analysis;

/// <summary>
/// Brings English words to their stem: connected, connecting and connection become connect. The algorithm is M. F. Porter's "An algorithm for suffix
/// stripping" (Program 14, 1980, https://tartarus.org/martin/PorterStemmer/def.txt), step by step as published there.
/// </summary>
internal ref struct PorterStemmer
{
    private static readonly (string Suffix, string By)[] _step2 =
    [
        ("ational", "ate"), ("tional", "tion"), ("enci", "ence"), ("anci", "ance"), ("izer", "ize"), ("abli", "able"), ("alli", "al"), ("entli", "ent"),
        ("eli", "e"), ("ousli", "ous"), ("ization", "ize"), ("ation", "ate"), ("ator", "ate"), ("alism", "al"), ("iveness", "ive"), ("fulness", "ful"),
        ("ousness", "ous"), ("aliti", "al"), ("iviti", "ive"), ("biliti", "ble"),
    ];

    private static readonly (string Suffix, string By)[] _step3 =
    [
        ("icate", "ic"), ("ative", ""), ("alize", "al"), ("iciti", "ic"), ("ical", "ic"), ("ful", ""), ("ness", ""),
    ];

    private static readonly string[] _step4 =
    [
        "al", "ance", "ence", "er", "ic", "able", "ible", "ant", "ement", "ment", "ent", "ion", "ou", "ism", "ate", "iti", "ous", "ive", "ize",
    ];

    private readonly Span<char> _word;
    private int _length;

    private PorterStemmer(Span<char> word)
    {
        _word = word;
        _length = word.Length;
    }

    /// <summary>Stems a word of the letters a to z in place.</summary>
    /// <returns>The stem's length. Step 1b may put back one letter, but never beyond the word's own length.</returns>
    public static int Stem(Span<char> word)
    {
        if (word.Length <= 2)
            return word.Length;
        var stemmer = new PorterStemmer(word);
        stemmer.Step1A();
        stemmer.Step1B();
        stemmer.Step1C();
        stemmer.Step2();
        stemmer.Step3();
        stemmer.Step4();
        stemmer.Step5();
        return stemmer._length;
    }

    private readonly bool IsConsonant(int i) =>
        _word[i] switch
        {
            'a' or 'e' or 'i' or 'o' or 'u' => false,
            'y' => i == 0 || !IsConsonant(i - 1),
            _ => true,
        };

    /// <summary>Porter's m: how often a vowel is followed by a consonant in the first <paramref name="length"/> letters.</summary>
    private readonly int Measure(int length)
    {
        var count = 0;
        var afterVowel = false;
        for (var i = 0; i < length; i++)
        {
            var isConsonant = IsConsonant(i);
            if (isConsonant && afterVowel)
                count++;
            afterVowel = !isConsonant;
        }
        return count;
    }

    private readonly bool HasVowel(int length)
    {
        for (var i = 0; i < length; i++)
        {
            if (!IsConsonant(i))
                return true;
        }
        return false;
    }

    private readonly bool EndsWithDoubleConsonant() =>
        _length >= 2 && _word[_length - 1] == _word[_length - 2] && IsConsonant(_length - 1);

    /// <summary>Porter's *o: consonant, vowel, consonant at the end, the last not w, x or y.</summary>
    private readonly bool EndsWithShortSyllable(int length) =>
        length >= 3
        && IsConsonant(length - 1)
        && !IsConsonant(length - 2)
        && IsConsonant(length - 3)
        && _word[length - 1] is not ('w' or 'x' or 'y');

    private readonly bool Ends(string suffix) => _word[.._length].EndsWith(suffix);

    private void Replace(string suffix, string by)
    {
        _length -= suffix.Length;
        by.CopyTo(_word[_length..]);
        _length += by.Length;
    }

    private void Step1A()
    {
        if (Ends("sses"))
            Replace("sses", "ss");
        else if (Ends("ies"))
            Replace("ies", "i");
        else if (!Ends("ss") && Ends("s"))
            _length--;
    }

    private void Step1B()
    {
        if (Ends("eed"))
        {
            if (Measure(_length - 3) > 0)
                _length--;
            return;
        }
        if (Ends("ed") && HasVowel(_length - 2))
            _length -= 2;
        else if (Ends("ing") && HasVowel(_length - 3))
            _length -= 3;
        else
            return;

        if (Ends("at") || Ends("bl") || Ends("iz"))
            _word[_length++] = 'e';
        else if (EndsWithDoubleConsonant() && _word[_length - 1] is not ('l' or 's' or 'z'))
            _length--;
        else if (Measure(_length) == 1 && EndsWithShortSyllable(_length))
            _word[_length++] = 'e';
    }

    private void Step1C()
    {
        if (Ends("y") && HasVowel(_length - 1))
            _word[_length - 1] = 'i';
    }

    private void Step2() => ReplaceFirst(_step2);

    private void Step3() => ReplaceFirst(_step3);

    private void Step4()
    {
        foreach (var suffix in _step4)
        {
            if (!Ends(suffix))
                continue;
            var stem = _length - suffix.Length;
            if (Measure(stem) > 1 && (suffix != "ion" || (stem > 0 && _word[stem - 1] is 's' or 't')))
                _length = stem;
            return;
        }
    }

    private void Step5()
    {
        if (Ends("e"))
        {
            var measure = Measure(_length - 1);
            if (measure > 1 || (measure == 1 && !EndsWithShortSyllable(_length - 1)))
                _length--;
        }
        if (Ends("ll") && Measure(_length) > 1)
            _length--;
    }

    /// <summary>The longest suffix that the word ends in is the only one that is tried; the lists name no suffix before a longer one of the same end.</summary>
    private void ReplaceFirst((string Suffix, string By)[] rules)
    {
        foreach (var (suffix, by) in rules)
        {
            if (!Ends(suffix))
                continue;
            if (Measure(_length - suffix.Length) > 0)
                Replace(suffix, by);
            return;
        }
    }
}
