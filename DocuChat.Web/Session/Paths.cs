namespace DocuChat.Web.Session;

/// <summary>Addresses of the sign-in.</summary>
internal static class Paths
{
    public const string SignIn = "/sign-in";
    public const string SignInWithCode = "/sign-in/code";
    public const string Register = "/register";

    /// <summary>Where an invitation's e-mail leads.</summary>
    public const string Invitation = "/invitation";
    public const string SignOut = "/sign-out";
    public const string ReturnParameter = "return";

    /// <summary>An address of this site to come back to; anything that would lead elsewhere becomes the first page.</summary>
    public static string Local(string? address) => address is ['/', not ('/' or '\\'), ..] && !address.Any(char.IsControl) ? address : "/";

    /// <summary>The sign-in page, which leads back to <paramref name="returnTo"/>.</summary>
    public static string SignInFor(string returnTo) => $"{SignIn}?{ReturnParameter}={Uri.EscapeDataString(Local(returnTo))}";
}
