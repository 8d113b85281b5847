namespace MLOps.Tracking.AiGateway;

/// <summary>A secret as the database keeps it. Both parts are 12 bytes of nonce, the ciphertext and 16 bytes of tag.</summary>
/// <param name="Value">The values, encrypted with a key of their own.</param>
/// <param name="WrappedKey">That key, encrypted with the server's.</param>
/// <param name="KeyVersion">The number of the server's key.</param>
internal sealed record EncryptedSecret(byte[] Value, byte[] WrappedKey, int KeyVersion);
