using MLOps.Tracking.Webhooks;

namespace MLOps.Tracking.Tests.Webhooks;

public sealed class FernetTests
{
    private const string Key = "cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e4=";

    /// <summary>generate.json of github.com/fernet/spec.</summary>
    private const string Published = "gAAAAAAdwJ6wAAECAwQFBgcICQoLDA0ODy021cpGVWKZ_eEwCGM4BLLF_5CV9dOPmrhuVUPgJobwOz7JcbmrR64jVmpU4IwqDA==";

    [Fact]
    public void Encrypt_OfThePublishedVector_GivesItsToken() => Assert.Equal(
        Published,
        New(Key).Encrypt("hello", new DateTimeOffset(1985, 10, 26, 1, 20, 0, TimeSpan.FromHours(-7)), [.. Enumerable.Range(0, 16).Select(i => (byte)i)]));

    [Fact]
    public void Decrypt_OfThePublishedVector_GivesItsText() => Assert.Equal("hello", New(Key).TryDecrypt(Published));

    /// <summary>Made by Python's cryptography 48.0, which MLflow uses, with the same key.</summary>
    [Fact]
    public void Decrypt_OfATokenOfPythonsLibrary_GivesItsText() => Assert.Equal(
        "s3crét ☃",
        New(Key).TryDecrypt("gAAAAABrBGvWACZSJfJhjsOC_STFDCsqM-Xfejw12FPy5xwxvf_4GqOKxRZxaiah_wNSkEyz0COJlNEDnWqkbab3w-yyR2BLmw=="));

    [Fact]
    public void Decrypt_WithAnotherKeyOrOneByteChanged_GivesNothing()
    {
        var token = New(Key).Encrypt("secret", TimeProvider.System.GetUtcNow());
        Assert.Equal("secret", New(Key).TryDecrypt(token));
        Assert.Null(New(Fernet.NewKey()).TryDecrypt(token));
        for (var i = 0; i < token.Length - 2; i++)
        {
            var damaged = token[..i] + (token[i] == 'A' ? 'B' : 'A') + token[(i + 1)..];
            Assert.True(New(Key).TryDecrypt(damaged) is null, $"character {i} changed and the token still decrypts");
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("short")]
    [InlineData("cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e4=AAAA")]
    [InlineData("not base64 at all, whatever the length is ok")]
    public void Key_ThatIsNone_IsRefused(string key) => Assert.Null(Fernet.TryParseKey(key));

    private static Fernet New(string key) => new(Fernet.TryParseKey(key)!);
}
