namespace DocuChat.Benchmarks.Retrieval;

/// <summary>A question of a tenant.</summary>
internal sealed record Question(FilledTenant Tenant, string Text, float[] Vector)
{
    public Question(FilledTenant tenant, (string Text, float[] Vector) passage)
        // The beginning of a passage, as long as a question is.
        : this(tenant, passage.Text[..Math.Min(passage.Text.Length, 80)], passage.Vector) { }
}
