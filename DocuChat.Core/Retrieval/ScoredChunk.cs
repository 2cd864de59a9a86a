namespace DocuChat.Core.Retrieval;

/// <summary>A chunk and how well one side of the search thinks of it.</summary>
internal readonly record struct ScoredChunk(long ChunkId, float Score);
