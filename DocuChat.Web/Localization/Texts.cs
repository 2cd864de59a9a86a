namespace DocuChat.Web.Localization;

/// <summary>Marks the resource files beside it: <c>Texts.resx</c> (English, the fallback) and <c>Texts.fa.resx</c>.</summary>
public sealed class Texts;
