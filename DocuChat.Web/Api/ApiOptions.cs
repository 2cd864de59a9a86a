using System.ComponentModel.DataAnnotations;

namespace DocuChat.Web.Api;

/// <summary>Where the Api is.</summary>
internal sealed class ApiOptions
{
    public const string Section = "Api";

    /// <summary>Address without a path. The default is the name by which service discovery knows the Api.</summary>
    [Required]
    public Uri Url { get; set; } = new("http://api");
}
