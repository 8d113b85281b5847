namespace MLOps.Connections.Links;

/// <summary>What became of a request on a link.</summary>
public enum LinkStatus : byte
{
    /// <summary>It was done.</summary>
    Answered = 0,

    /// <summary>It was not done, because the process has not, or no longer, what it is about.</summary>
    NotHere = 1,

    /// <summary>It was refused: <see cref="LinkAnswer.Code"/> and the message in <see cref="LinkAnswer.Payload"/> say why.</summary>
    Refused = 2,
}
