using System.Text;

namespace DocuChat.Ingestion.Extraction.Pdf;

/// <summary>What the presentation form of an Arabic letter says about its neighbours.</summary>
internal static class ArabicForms
{
    private const string NeverJoinNext = "اآأإٱدذرزژوؤةءىۀ";

    /// <summary>Final or isolated form of a letter that joins the next one when it can: here it does not.</summary>
    public static bool EndsJoiningGroup(char form) => FormOf(form) is 0 or 1 && !NeverJoinNext.Contains(BaseOf(form));

    /// <summary>Initial or isolated form: it is not joined to the letter before it.</summary>
    public static bool BeginsJoiningGroup(char form) => FormOf(form) is 0 or 2;

    /// <summary>0 isolated, 1 final, 2 initial, 3 medial; -1 for what is no presentation form.</summary>
    private static int FormOf(char form)
    {
        if (form is not ((>= '\uFB50' and <= '\uFBFF') or (>= '\uFE80' and <= '\uFEFC')))
            return -1;
        // Unicode lists a letter's forms in this order; letters that join on one side only have the first two.
        var letter = BaseOf(form);
        var first = form;
        while (first > '\uFB50' && BaseOf((char)(first - 1)) == letter)
            first--;
        return form - first;
    }

    private static char BaseOf(char form) => form.ToString().Normalize(NormalizationForm.FormKC)[0];
}
