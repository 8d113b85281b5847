using System.Text;

namespace MLOps.Connections.Links;

/// <summary>The answer to one request on a link.</summary>
/// <param name="Code">Of a refusal, in the words of whoever uses the link.</param>
/// <param name="Time">Of an answer: how long the request waited before it was run. Of a refusal: when a retry may succeed; null: nobody knows.</param>
/// <param name="Payload">Of an answer; it begins at a multiple of 8 bytes. Of a refusal: the message, UTF-8.</param>
public readonly record struct LinkAnswer(LinkStatus Status, int Code, TimeSpan? Time, ReadOnlyMemory<byte> Payload)
{
    /// <summary>Bytes of an answer's payload at most.</summary>
    public const int MostPayload = LinkFrames.Most - LinkFrames.AnswerHeader;

    public static LinkAnswer NotHere => new(LinkStatus.NotHere, 0, null, default);

    /// <summary>A refusal's message.</summary>
    public string Message => Encoding.UTF8.GetString(Payload.Span);

    public static LinkAnswer Of(ReadOnlyMemory<byte> payload, TimeSpan waited) => new(LinkStatus.Answered, 0, waited, payload);

    public static LinkAnswer Refusal(int code, string message, TimeSpan? retryAfter) => new(LinkStatus.Refused, code, retryAfter, Encoding.UTF8.GetBytes(message));
}
