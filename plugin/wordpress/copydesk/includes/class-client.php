<?php

namespace Copydesk;

defined('ABSPATH') || exit;

/**
 * Requests to the service, and to nothing else: one address, no redirects, bounded in time and size.
 *
 * With a whsec_ secret every request is signed and every answer must be; with a token the answer is believed as it comes.
 */
final class Client
{
    private const MAX_ANSWER = 8 * 1024 * 1024;
    private const PATIENCE = 15.0;  // seconds
    // Escaped, a letter of most scripts would be six bytes in place of two or three, and the body larger than the service takes.
    private const JSON = JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES;

    private Settings $settings;
    private Breaker $breaker;

    public function __construct(Settings $settings, ?Breaker $breaker = null)
    {
        $this->settings = $settings;
        $this->breaker = $breaker ?? new Breaker();
    }

    /**
     * @param array<string, string> $article id, title, html, url
     * @throws ClientError
     */
    public function score(array $article): Report
    {
        $report = Report::from($this->guarded('POST', '/score', $article));
        if ($report === null) {
            throw $this->failed('garbage');
        }
        return $report;
    }

    /**
     * As `score`, where nobody waits: a large article has its time, and one that fails is the matter of no other.
     *
     * @param array<string, string> $article id, title, html, url
     * @throws ClientError
     */
    public function scorePatiently(array $article): Report
    {
        $report = Report::from($this->send('POST', '/score', $article, true, self::PATIENCE));
        if ($report === null) {
            throw new ClientError(ClientError::DOWN, 'garbage', 200);
        }
        return $report;
    }

    /**
     * The content without its injected lines and debris.
     *
     * @param array<string, string> $article As for `score`.
     * @return array{content: string, removed: array} Never anything but a part of what was sent.
     * @throws ClientError
     */
    public function clean(array $article, bool $padding = false): array
    {
        $answer = $this->guarded('POST', '/clean?padding=' . ($padding ? '1' : '0'), $article);
        $content = $answer['content'] ?? null;
        if (!is_string($content) || !is_array($answer['removed'] ?? null)) {
            throw $this->failed('garbage');
        }
        if (!Text::isCutFrom($content, $article['html'])) {
            throw $this->failed('garbage');
        }
        return ['content' => $content, 'removed' => $answer['removed']];
    }

    /**
     * Tell the service that a verdict was wrong, or right. No text of the article goes with it.
     *
     * @param array<string, mixed> $feedback
     * @throws ClientError
     */
    public function feedback(array $feedback): void
    {
        $answer = $this->guarded('POST', '/feedback', $feedback);
        if (($answer['stored'] ?? null) !== true) {
            throw $this->failed('garbage');
        }
    }

    /**
     * What the settings page's test says: is somebody there, is it Copydesk, does it take the secret?
     *
     * @return array{model: string, version: string, milliseconds: int}
     * @throws ClientError
     */
    public function probe(): array
    {
        try {
            $health = $this->send('GET', '/healthz', null, false);
        } catch (ClientError $error) {
            // A Copydesk service lets everybody ask this: who wants a secret for it is another, or has another path.
            throw $error->reason === 'unauthorised' ? new ClientError(ClientError::DOWN, 'garbage', $error->status) : $error;
        }
        if (($health['status'] ?? null) !== 'ok') {
            throw new ClientError(ClientError::DOWN, 'garbage', 200);
        }
        $started = microtime(true);
        $model = $this->send('GET', '/model', null, true);
        if (!is_string($model['name'] ?? null) || !is_string($model['version'] ?? null)) {
            throw new ClientError(ClientError::DOWN, 'garbage', 200);
        }
        $this->breaker->reset();
        return [
            'model' => Text::shorten($model['name'], 60),
            'version' => Text::shorten($model['version'], 30),
            'milliseconds' => (int) round(1000 * (microtime(true) - $started)),
        ];
    }

    /** A request that fails at once while the service is known to be down. */
    private function guarded(string $method, string $path, array $payload): array
    {
        if ($this->breaker->isOpen()) {
            throw new ClientError(ClientError::DOWN, 'waiting');
        }
        try {
            return $this->send($method, $path, $payload, true);
        } catch (ClientError $error) {
            if ($error->kind === ClientError::DOWN) {
                $this->breaker->trip();
            }
            throw $error;
        }
    }

    private function failed(string $reason): ClientError
    {
        $this->breaker->trip();
        return new ClientError(ClientError::DOWN, $reason, 200);
    }

    private function send(string $method, string $path, ?array $payload, bool $authenticate, float $patience = 0.0): array
    {
        $body = $payload === null ? '' : (string) wp_json_encode($payload, self::JSON);
        $id = 'wp_' . bin2hex(random_bytes(16));
        $headers = ['Accept' => 'application/json', 'Accept-Encoding' => 'identity'];
        if ($payload !== null) {
            $headers['Content-Type'] = 'application/json';
        }
        if ($authenticate && $this->settings->isSigned()) {
            $headers += Signature::headers($this->settings->credential(), $id, time(), $body);
        } elseif ($authenticate && $this->settings->credential() !== '') {
            $headers['Authorization'] = 'Bearer ' . $this->settings->credential();
        }
        $response = wp_remote_request($this->settings->url() . $path, [
            'method' => $method,
            'headers' => $headers,
            'body' => $payload === null ? null : $body,
            'data_format' => 'body',
            'timeout' => max($patience, $this->settings->timeout()),
            'redirection' => 0,
            'limit_response_size' => self::MAX_ANSWER,
            'decompress' => false,
            'user-agent' => 'Copydesk-WordPress/' . VERSION,  // WordPress's own names the site
            'cookies' => [],
        ]);
        return $this->read($response, $authenticate && $this->settings->isSigned() ? $id : null);
    }

    /** @param array|\WP_Error $response */
    private function read($response, ?string $signedId): array
    {
        if (is_wp_error($response)) {
            throw new ClientError(ClientError::DOWN, self::networkReason($response));
        }
        $status = (int) wp_remote_retrieve_response_code($response);
        $body = (string) wp_remote_retrieve_body($response);
        // The refusal of a secret cannot be signed with it, and a body that is too large is not read to the end.
        if ($status === 401 || $status === 403) {
            $isLate = $signedId !== null && self::isOtherTime((string) wp_remote_retrieve_header($response, 'date'));
            throw new ClientError(ClientError::DOWN, $isLate ? 'clock' : 'unauthorised', $status);
        }
        if ($status === 413) {
            throw new ClientError(ClientError::REFUSED, 'too-large', $status);
        }
        if ($signedId !== null && !$this->isSigned($response, $body, $signedId)) {
            throw new ClientError(ClientError::DOWN, $status === 200 ? 'unsigned' : 'status', $status);
        }
        if (in_array($status, [400, 415, 422], true)) {
            throw new ClientError(ClientError::REFUSED, 'refused', $status);
        }
        if ($status !== 200 && $status !== 201) {
            throw new ClientError(ClientError::DOWN, 'status', $status);
        }
        $data = json_decode($body, true, 32);
        if (!is_array($data)) {
            throw new ClientError(ClientError::DOWN, 'garbage', $status);
        }
        return $data;
    }

    private function isSigned(array $response, string $body, string $id): bool
    {
        $headers = [];
        foreach (['webhook-id', 'webhook-timestamp', 'webhook-signature'] as $name) {
            $headers[$name] = wp_remote_retrieve_header($response, $name);
        }
        return Signature::verify($this->settings->credential(), $headers, $body, $id, time());
    }

    /** Does the clock over there show another time than ours, by more than a signature may be old? */
    private static function isOtherTime(string $date): bool
    {
        $there = strtotime($date);
        return $there !== false && abs(time() - $there) > Signature::SKEW;
    }

    private static function networkReason(\WP_Error $error): string
    {
        if ($error->get_error_code() === 'http_request_not_executed') {
            return 'blocked';
        }
        return preg_match('/timed? ?out|error 28/i', $error->get_error_message()) ? 'timeout' : 'unreachable';
    }
}
