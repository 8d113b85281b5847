using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using MLOps.Contracts.Experiments;
using MLOps.Testing;
using MLOps.Tracking.AiGateway;

namespace MLOps.Tracking.Tests.AiGateway;

/// <summary>The encryption must be MLflow's: the keys here were derived by MLflow 3.11 itself.</summary>
public sealed class GatewaySecretsTests
{
    private const string Passphrase = "correct horse battery staple for tests";
    private static readonly KeyValue[] Values = [new("api_key", "sk-grün-1234"), new("other", "b")];

    [Theory]
    [InlineData(1, "97f0c04a841b7a4061b57348d65fa57421bf3f049145a2e4a055b17f2a0f78db")]
    [InlineData(2, "8c8d427a4beb962297a549148baee7b078ed554333fcc19a47d29b05c8481a0b")]
    public void Key_OfAPassphrase_IsMlflows(int version, string expected) =>
        Assert.Equal(expected, Convert.ToHexStringLower(GatewaySecrets.DeriveKey(Passphrase, version)));

    [Fact]
    public void Secret_Encrypted_OpensOnlyInItsOwnRow()
    {
        var secrets = new GatewaySecrets(Options.Create(new AiGatewayOptions { SecretPassphrase = Passphrase, SecretKeyVersion = 2 }), Options.Create(new TrackingOptions()));
        var encrypted = secrets.Encrypt("s-1", "name", Values);
        var again = secrets.Encrypt("s-1", "name", Values);
        Assert.Equal(2, encrypted.KeyVersion);
        Assert.NotEqual(encrypted.Value, again.Value);
        Assert.NotEqual(encrypted.WrappedKey, again.WrappedKey);
        var key = Open(GatewaySecrets.DeriveKey(Passphrase, 2), encrypted.WrappedKey, string.Empty);
        Assert.Equal("""{"api_key": "sk-gr\u00fcn-1234", "other": "b"}""", Encoding.UTF8.GetString(Open(key, encrypted.Value, "s-1|name")));
        Assert.Throws<AuthenticationTagMismatchException>(() => Open(key, encrypted.Value, "s-2|name"));
    }

    [Fact]
    public void Passphrase_WhenNoneIsGiven_IsMadeOnceAndKeptForTheOwnerAlone()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Combine(GatewaySecrets.PassphraseFile);
        var first = Make().Encrypt("s-1", "name", Values);
        var passphrase = File.ReadAllText(path);
        Assert.Equal(64, passphrase.Length);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        }

        var second = Make().Encrypt("s-1", "name", Values);
        Assert.Equal(passphrase, File.ReadAllText(path));
        var master = GatewaySecrets.DeriveKey(passphrase, 1);
        Assert.All([first, second], encrypted => Assert.Equal(32, Open(master, encrypted.WrappedKey, string.Empty).Length));

        GatewaySecrets Make() => new(Options.Create(new AiGatewayOptions { SecretKeyVersion = 1 }), Options.Create(new TrackingOptions { DataDirectory = folder.Path }));
    }

    [Theory]
    [InlineData("", "***")]
    [InlineData("1234567", "***")]
    [InlineData("12345678", "123...5678")]
    [InlineData("sk-proj-abcdefgh", "sk-...efgh")]
    [InlineData("😀😀😀😀", "***")]
    [InlineData("😀😀😀0123456😀😀😀😀", "😀😀😀...😀😀😀😀")]
    public void Masked_ShowsTheEnds_OfWhatIsLongEnough(string value, string expected) => Assert.Equal(expected, GatewaySecrets.Masked(value));

    private static byte[] Open(byte[] key, byte[] sealedBytes, string associated)
    {
        var plain = new byte[sealedBytes.Length - 28];
        using var cipher = new AesGcm(key, 16);
        cipher.Decrypt(sealedBytes.AsSpan(0, 12), sealedBytes.AsSpan(12, plain.Length), sealedBytes.AsSpan(12 + plain.Length), plain, Encoding.UTF8.GetBytes(associated));
        return plain;
    }
}
