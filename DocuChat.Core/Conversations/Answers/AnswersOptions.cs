using System.ComponentModel.DataAnnotations;

namespace DocuChat.Core.Conversations;

/// <summary>How answers are made. Section <c>Answers</c>.</summary>
public sealed class AnswersOptions
{
    public const string Section = "Answers";

    /// <summary><c>Answers:Passages</c>: how many passages the model is shown.</summary>
    [Range(1, 50, ErrorMessage = "Answers:Passages must be from 1 to 50.")]
    public int Passages { get; set; } = 8;

    /// <summary><c>Answers:LeastEvidence</c>: below this (0 to 1) nothing relevant was found, and no model is asked. The default's place is explained in docs/decisions/fusion.md.</summary>
    [Range(0.0, 1.0, ErrorMessage = "Answers:LeastEvidence must be from 0 to 1.")]
    public double LeastEvidence { get; set; } = 0.485;

    /// <summary><c>Answers:HistoryTokens</c>: how much of the conversation the model is shown.</summary>
    [Range(0, 100_000, ErrorMessage = "Answers:HistoryTokens must be from 0 to 100000.")]
    public int HistoryTokens { get; set; } = 1500;

    /// <summary><c>Answers:RewriteFollowUps</c>: whether a model makes a follow-up question stand alone before it is searched for, which takes the time and tokens of a short call; else a plain rule does.</summary>
    public bool RewriteFollowUps { get; set; } = true;

    /// <summary><c>Answers:LingerSeconds</c>: how long an answer goes on being made after its reader is gone, so that a lost connection finds it whole.</summary>
    [Range(0.0, 600.0, ErrorMessage = "Answers:LingerSeconds must be from 0 to 600.")]
    public double LingerSeconds { get; set; } = 30;

    /// <summary><c>Answers:KeepSeconds</c>: how long a finished answer's events can still be read again.</summary>
    [Range(0.0, 3600.0, ErrorMessage = "Answers:KeepSeconds must be from 0 to 3600.")]
    public double KeepSeconds { get; set; } = 300;

    /// <summary><c>Answers:LongestQuestion</c>, in UTF-16 code units.</summary>
    [Range(1, 1_000_000, ErrorMessage = "Answers:LongestQuestion must be from 1 to 1000000.")]
    public int LongestQuestion { get; set; } = 8000;
}
