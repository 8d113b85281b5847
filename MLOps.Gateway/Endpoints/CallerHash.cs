using System.Security.Cryptography;
using System.Text;

namespace MLOps.Gateway.Endpoints;

/// <summary>A caller's place in [0, 1): the same in every process and after every restart, and another in every endpoint,
/// so that one experiment's groups say nothing about the next one's.</summary>
internal static class CallerHash
{
    public static double Of(string endpoint, string callerKey)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes($"{endpoint}\n{callerKey}"), hash);

        // 53 bits: every value is an exact double, and 1 is never reached.
        return (System.Buffers.Binary.BinaryPrimitives.ReadUInt64LittleEndian(hash) >> 11) * (1.0 / (1UL << 53));
    }
}
