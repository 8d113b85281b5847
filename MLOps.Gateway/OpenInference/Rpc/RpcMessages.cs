using System.Buffers;
using Google.Protobuf;
using Grpc.Core;
using MLOps.Inference.Codecs;

namespace MLOps.Gateway.OpenInference.Rpc;

/// <summary>How messages come from the wire and go to it. Those with tensors stay bytes until the handler reads them, so that every refusal of
/// theirs has its own status; the framework's buffer ends with the call, hence the one copy into pooled memory.</summary>
internal static class RpcMessages
{
    public static Marshaller<PooledBuffer> InferRequest { get; } = Marshallers.Create(
        static (_, _) => throw new NotSupportedException("Requests are only read."),
        static context =>
        {
            var payload = context.PayloadAsReadOnlySequence();
            var buffer = new PooledBuffer(OipLimits.MaxBytes);
            var length = (int)payload.Length;
            payload.CopyTo(buffer.GetSpan(length));
            buffer.Advance(length);
            return buffer;
        });

    public static Marshaller<OipGrpcResponse> InferResponse { get; } = Marshallers.Create<OipGrpcResponse>(
        static (response, context) =>
        {
            using (response)
            {
                context.SetPayloadLength(response.Length);
                response.WriteTo(context.GetBufferWriter());
                context.Complete();
            }
        },
        static _ => throw new NotSupportedException("Answers are only written."));

    public static Marshaller<StreamAnswer> StreamResponse { get; } = Marshallers.Create<StreamAnswer>(
        static (answer, context) =>
        {
            using (answer)
            {
                context.SetPayloadLength(answer.Length);
                answer.WriteTo(context.GetBufferWriter());
                context.Complete();
            }
        },
        static _ => throw new NotSupportedException("Answers are only written."));

    /// <summary>A small message by its generated code.</summary>
    public static Marshaller<T> Generated<T>(MessageParser<T> parser)
        where T : class, IMessage<T> => Marshallers.Create<T>(
            static (message, context) =>
            {
                context.SetPayloadLength(message.CalculateSize());
                message.WriteTo(context.GetBufferWriter());
                context.Complete();
            },
            context => parser.ParseFrom(context.PayloadAsReadOnlySequence()));
}
