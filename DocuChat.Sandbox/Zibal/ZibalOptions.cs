using System.ComponentModel.DataAnnotations;

namespace DocuChat.Sandbox.Zibal;

/// <summary>Section <c>Zibal</c>.</summary>
public sealed class ZibalOptions
{
    public const string Section = "Zibal";

    /// <summary>Largest payment in Rials (result 113 above it). What is published of it differs, so it is a setting.</summary>
    [Range(1_001, long.MaxValue, ErrorMessage = "Zibal:MaxAmount must be more than 1000 Rials.")]
    public long MaxAmount { get; set; } = 2_000_000_000;

    /// <summary>A payment that nobody verifies is given back after this time.</summary>
    public TimeSpan ReverseAfter { get; set; } = TimeSpan.FromMinutes(10);
}
